/**
 * Makes datasets/fashion-mnist and its record anew from Debian's package dataset-fashion-mnist, to check or
 * to change them: where all is as it should be, nothing changes. Run it with
 * `npx tsx datasets/tools/make-fashion-mnist.ts [folder of the package]`, after
 * `apt-get install dataset-fashion-mnist`; compressing takes a minute or two, where it is needed.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, brotliDecompressSync, constants, gunzipSync } from "node:zlib";
import type { FashionMnistRecord } from "../../lib/data/fashion-mnist";
import { writeAtomically } from "../../lib/files/atomic-write";
import { projectRoot } from "../../lib/files/project";
import { sha256 } from "../../lib/files/sha256";
import { type FileRecord, readVerified } from "../../lib/files/verified";
import { decodeIdxBytes } from "../../lib/formats/idx";
import { encodeIdx, firstInTurn } from "./first-in-turn";

const CLASSES = [
  "T-shirt/top",
  "trouser",
  "pullover",
  "dress",
  "coat",
  "sandal",
  "shirt",
  "sneaker",
  "bag",
  "ankle boot",
];
const PER_CLASS = { train: 1000, test: 500 };

/** The files of the package, version 0.0~git20200523.55506a9-1. */
const PACKAGE: Readonly<Record<string, FileRecord>> = {
  "train-images-idx3-ubyte.gz": {
    bytes: 26421856,
    sha256: "b0564c3eedabfbf835052cff8503ea422014ce006caf5b757f851416ee8300c7",
  },
  "train-labels-idx1-ubyte.gz": {
    bytes: 29491,
    sha256: "0ae29f65d86684f32d1b9c85147786c547b9c6aebcaf235f0400a0cce308b056",
  },
  "t10k-images-idx3-ubyte.gz": {
    bytes: 4422079,
    sha256: "cc1d090a38ace84dfa1aa66e3ada7c336ef481a96936906477e6dd344da56eaa",
  },
  "t10k-labels-idx1-ubyte.gz": {
    bytes: 5125,
    sha256: "8d3605d196f4be44669e46906da9733c8131fef761fdbfec72c424d5222f1a05",
  },
};

async function main(folder = "/usr/share/datasets/fashion-mnist"): Promise<void> {
  const restore = "apt-get install dataset-fashion-mnist";
  const packed = await readVerified({ what: "Fashion-MNIST", folder, files: PACKAGE, restore });
  const idx = (name: string) => decodeIdxBytes(gunzipSync(packed[`${name}.gz`]), `${name}.gz`);
  const files: Record<string, FileRecord> = {};
  const unpacked: Record<string, FileRecord> = {};
  for (const [prefix, count] of [
    ["train", PER_CLASS.train],
    ["t10k", PER_CLASS.test],
  ] as const) {
    const [images, labels] = [`${prefix}-images-idx3-ubyte`, `${prefix}-labels-idx1-ubyte`];
    const rows = firstInTurn(idx(labels).data, CLASSES.length, count);
    for (const name of [images, labels]) {
      const content = encodeIdx(idx(name), rows);
      unpacked[name] = recordOf(content);
      files[`${name}.br`] = recordOf(store(name, content));
    }
  }
  const record: FashionMnistRecord & Record<string, unknown> = {
    name: "fashion-mnist",
    source:
      "https://github.com/zalandoresearch/fashion-mnist (Xiao, Rasul and Vollgraf, 2017): the first 1,000 " +
      "and 500 images of each class, from Debian's dataset-fashion-mnist 0.0~git20200523.55506a9-1",
    licence: "MIT, © 2017 Zalando SE, https://tech.zalando.com",
    sizes: [28, 32],
    channels: 1,
    train: CLASSES.length * PER_CLASS.train,
    test: CLASSES.length * PER_CLASS.test,
    perClass: PER_CLASS,
    classes: CLASSES,
    files,
    unpacked,
  };
  writeAtomically(
    join(projectRoot(), "datasets", "fashion-mnist.json"),
    `${JSON.stringify(record, null, 2)}\n`,
  );
}

const recordOf = (bytes: Uint8Array): FileRecord => ({ bytes: bytes.length, sha256: sha256(bytes) });

/** The stored file with this content: the one that is there, or a new one; versions of brotli differ. */
function store(name: string, content: Uint8Array): Uint8Array {
  const path = join(projectRoot(), "datasets", "fashion-mnist", `${name}.br`);
  if (existsSync(path)) {
    const stored = readFileSync(path);
    if (sha256(brotliDecompressSync(stored)) === sha256(content)) {
      console.log(`${path}: as it should be`);
      return stored;
    }
  }
  const bytes = brotliCompressSync(content, {
    params: { [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: content.length },
  });
  writeAtomically(path, bytes);
  console.log(`${path}: ${bytes.length} bytes`);
  return bytes;
}

main(...process.argv.slice(2));
