/** Whether this machine stores the lowest byte of a number first, as nearly all do. */
export const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
