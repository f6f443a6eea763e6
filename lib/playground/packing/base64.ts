/** Bytes as base64. */
export function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 8190)
    text += btoa(String.fromCharCode(...bytes.subarray(i, i + 8190)));
  return text;
}

/** The bytes of base64. @throws when it is something else. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
