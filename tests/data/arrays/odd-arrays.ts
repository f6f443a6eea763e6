import { deflateRawSync, gzipSync } from "node:zlib";
import { encodeNpy } from "../../../lib/formats";
import { writeZip } from "../../../lib/formats/zip";

/** A file of arrays as people have it: its name and its bytes. */
export type OddArray = readonly [what: string, name: string, content: Uint8Array];

/** An array in NumPy's format, whatever its header says. */
function npy(
  descr: string,
  shape: string,
  content: Uint8Array,
  { fortran = false, version = 1 } = {},
): Buffer {
  const header = `{'descr': ${descr}, 'fortran_order': ${fortran ? "True" : "False"}, 'shape': ${shape}, }\n`;
  const start = Buffer.alloc(version === 1 ? 10 : 12);
  start.write("\x93NUMPY", "latin1");
  start[6] = version;
  if (version === 1) start.writeUInt16LE(header.length, 8);
  else start.writeUInt32LE(header.length, 8);
  return Buffer.concat([start, Buffer.from(header, "latin1"), content]);
}

const floats = (n: number, big = false) => {
  const out = Buffer.alloc(4 * n);
  for (let k = 0; k < n; k++) big ? out.writeFloatBE(k, 4 * k) : out.writeFloatLE(k, 4 * k);
  return out;
};
const f4 = (shape = "(6, 2)") => npy("'<f4'", shape, floats(12));

/** A ZIP file with one member, stored or deflated. */
function zip(
  name: string,
  content: Uint8Array,
  { deflate = false, encrypted = false, method = 0 } = {},
): Buffer {
  const packed = deflate ? deflateRawSync(content) : Buffer.from(content);
  const [local, central, end] = [Buffer.alloc(30), Buffer.alloc(46), Buffer.alloc(22)];
  local.writeUInt32LE(0x04034b50, 0);
  central.writeUInt32LE(0x02014b50, 0);
  for (const [header, at] of [
    [local, 6],
    [central, 8],
  ] as const) {
    header.writeUInt16LE(encrypted ? 1 : 0, at);
    header.writeUInt16LE(deflate ? 8 : method, at + 2);
    header.writeUInt32LE(crc32(content), at + 8);
    header.writeUInt32LE(packed.length, at + 12);
    header.writeUInt32LE(content.length, at + 16);
    header.writeUInt16LE(name.length, at + 20);
  }
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(46 + name.length, 12);
  end.writeUInt32LE(30 + name.length + packed.length, 16);
  return Buffer.concat([local, Buffer.from(name), packed, central, Buffer.from(name), end]);
}

function crc32(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return (sum ^ 0xffffffff) >>> 0;
}

const idx = (type: number, sizes: readonly number[], content: Uint8Array) => {
  const start = Buffer.alloc(4 + 4 * sizes.length);
  start.set([0, 0, type, sizes.length]);
  for (const [k, size] of sizes.entries()) start.writeUInt32BE(size, 4 + 4 * k);
  return Buffer.concat([start, content]);
};

const damagedZip = zip("a.npy", f4());
damagedZip[60] ^= 255;

export const oddArrays: readonly OddArray[] = [
  ["npy", "a.npy", f4()],
  ["npy of version 2", "a.npy", npy("'<f4'", "(6, 2)", floats(12), { version: 2 })],
  ["npy of version 3", "a.npy", npy("'<f4'", "(6, 2)", floats(12), { version: 3 })],
  ["npy of version 9", "a.npy", npy("'<f4'", "(6, 2)", floats(12), { version: 9 })],
  ["npy, big-endian", "a.npy", npy("'>f4'", "(6, 2)", floats(12, true))],
  ["npy in Fortran's order", "a.npy", npy("'<f4'", "(6, 2)", floats(12), { fortran: true })],
  ["npy of objects", "a.npy", npy("'|O'", "(6, 2)", Buffer.from("\x80\x04]."))],
  ["npy of records", "a.npy", npy("[('a', '<f4'), ('b', '<f4')]", "(6,)", floats(12))],
  ["npy of texts", "a.npy", npy("'<U4'", "(6,)", Buffer.alloc(96))],
  ["npy of bytes as texts", "a.npy", npy("'|S4'", "(6,)", Buffer.alloc(24))],
  ["npy of dates", "a.npy", npy("'<M8[ns]'", "(6,)", Buffer.alloc(48))],
  ["npy of complex numbers", "a.npy", npy("'<c8'", "(6,)", floats(12))],
  ["npy of long doubles", "a.npy", npy("'<f16'", "(6,)", Buffer.alloc(96))],
  ["npy of half floats", "a.npy", npy("'<f2'", "(6, 2)", Buffer.alloc(24))],
  ["npy of booleans", "a.npy", npy("'|b1'", "(6, 2)", Buffer.alloc(12, 1))],
  ["npy of whole numbers beyond 2⁵³", "a.npy", npy("'<i8'", "(6, 2)", Buffer.alloc(96, 0x7f))],
  ["npy without rows", "a.npy", npy("'<f4'", "(0, 2)", Buffer.alloc(0))],
  ["npy without columns", "a.npy", npy("'<f4'", "(6, 0)", Buffer.alloc(0))],
  ["npy of one number", "a.npy", npy("'<f4'", "()", floats(1))],
  ["npy of six axes", "a.npy", npy("'<f4'", "(6, 1, 1, 1, 1, 2)", floats(12))],
  ["npy of a huge shape", "a.npy", npy("'<f4'", "(4294967296, 4294967296)", floats(12))],
  ["npy of a negative shape", "a.npy", npy("'<f4'", "(-6, 2)", floats(12))],
  ["npy cut off", "a.npy", f4().subarray(0, 100)],
  ["npy cut in its header", "a.npy", f4().subarray(0, 30)],
  ["npy cut in its signature", "a.npy", f4().subarray(0, 5)],
  ["npy with bytes after its end", "a.npy", Buffer.concat([f4(), Buffer.alloc(4)])],
  [
    "npy with Infinity",
    "a.npy",
    npy("'<f4'", "(6, 2)", Buffer.from(new Float32Array(12).fill(Number.POSITIVE_INFINITY).buffer)),
  ],
  ["npy, empty", "a.npy", new Uint8Array(0)],
  ["npy called npz", "a.npz", f4()],
  [
    "npz called npy",
    "a.npy",
    writeZip(new Map([["x.npy", encodeNpy({ shape: [6, 2], data: new Float32Array(12) })]])),
  ],
  ["npz, compressed", "a.npz", zip("x.npy", f4(), { deflate: true })],
  ["npz, encrypted", "a.npz", zip("x.npy", f4(), { encrypted: true })],
  ["npz by another method", "a.npz", zip("x.npy", f4(), { method: 12 })],
  ["npz with a wrong checksum", "a.npz", damagedZip],
  ["npz cut off", "a.npz", zip("x.npy", f4()).subarray(0, 120)],
  ["npz without arrays", "a.npz", zip("x.txt", Buffer.from("x"))],
  ["npz with a path for a name", "a.npz", zip("../../x.npy", f4())],
  ["npz without anything", "a.npz", zip("x.npy", f4()).subarray(-22)],
  ["gzip of npy", "a.npy.gz", gzipSync(f4())],
  ["gzip cut off", "a.npy.gz", gzipSync(f4()).subarray(0, 40)],
  ["idx", "a-idx3-ubyte", idx(8, [6, 2, 2], Buffer.alloc(24, 7))],
  ["idx of floats", "a-idx2-float", idx(0x0d, [6, 2], floats(12, true))],
  ["idx of an unknown type", "a-idx", idx(0x0f, [6, 2], Buffer.alloc(12))],
  ["idx cut off", "a-idx", idx(8, [6, 2, 2], Buffer.alloc(20))],
  ["idx with bytes after its end", "a-idx", idx(8, [6, 2, 2], Buffer.alloc(30))],
  ["idx without axes", "a-idx", idx(8, [], Buffer.alloc(0))],
  ["a pickle", "a.pkl", Buffer.from("\x80\x04\x95", "latin1")],
  ["HDF5", "a.h5", Buffer.from("\x89HDF\r\n\x1a\n", "latin1")],
  ["MATLAB", "a.mat", Buffer.from("MATLAB 5.0 MAT-file")],
  ["CSV", "a.csv", Buffer.from("1,2\n3,4\n")],
];
