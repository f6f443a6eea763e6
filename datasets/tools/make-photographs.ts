/**
 * Makes datasets/photographs and its record anew from Debian's package budgie-backgrounds, to check or to
 * change them: equal pictures give equal files with the same version of @napi-rs/canvas. Run it with
 * `npx tsx datasets/tools/make-photographs.ts [folder of the package]`, after
 * `apt-get install budgie-backgrounds`.
 */
import { join } from "node:path";
import { type Picture, shrunk } from "../../lib/data/patches";
import { decode, type PhotographsRecord, photographs } from "../../lib/data/photographs";
import { writeAtomically } from "../../lib/files/atomic-write";
import { projectRoot } from "../../lib/files/project";
import { sha256 } from "../../lib/files/sha256";
import { type FileRecord, readVerified } from "../../lib/files/verified";

/** Pixels of a photograph, each way, that one pixel is the mean of. */
const FACTOR = 5;
/** Of WebP. */
const QUALITY = 95;

/** The photographs of the package, version 3.0-1, that are free by all that is said of them. */
const PACKAGE: Readonly<Record<string, FileRecord>> = {
  "abstract-spiral": {
    bytes: 1070356,
    sha256: "10070d1f52c14561a87995b13fb55a0143a8d04b27e31885e65d9e230a0a0dc6",
  },
  "beacon-street-sunset": {
    bytes: 889797,
    sha256: "d77a97bfbb28fa6b2b4c93ad2857894afd38c13f450655942be077118bb9e3f1",
  },
  "blue-periwinkle": {
    bytes: 484695,
    sha256: "0b35d0e6e14766ec21d1d9446dcd34909e0e4e16a80972bb6b2ef26cc0bb4ed0",
  },
  "canyon-wren": {
    bytes: 327412,
    sha256: "1576ed3332c11b81ea90bd54acb60cc1e614642094bd972e5f2cde1661374b1f",
  },
  "casa-mila": {
    bytes: 840105,
    sha256: "5c7b24e463e3ca90cfead8c7fb4a0e0362980e7ff43aa5e877d6a186338977bf",
  },
  "extreme-desert-hike": {
    bytes: 226555,
    sha256: "beed5bc6a2c99b026f869b588be5e32b0c77adb209535975d0e015eb5e7da839",
  },
  "lake-sherburne": {
    bytes: 877946,
    sha256: "85881b53de866a521bd806b481d444b7c3a45eee773eefdffaad46e7fb968470",
  },
  "oakland-zoo-otters": {
    bytes: 1005272,
    sha256: "b7540dd5c076b5b30c37bb9b7c991789d2cd30a9fc6a3205c8896bb5f8b75dbc",
  },
  "perched-osprey": {
    bytes: 898785,
    sha256: "d57e8d13c898c8abdf99a6429868e02935c4bb23993dfbb1a190136ee396a179",
  },
  "piazza-gae-aulenti": {
    bytes: 257907,
    sha256: "f5a33cc32e1e3c453cfbeb0778f989fb2af704b5a7de2d0dc04f8bb3bb3e588c",
  },
  "roman-colosseum": {
    bytes: 1286750,
    sha256: "3a085abab563afcdcfc3009fa126bbceb426921dd5bcdbb6f08fb0a601568030",
  },
  "tea-gardens": {
    bytes: 1406234,
    sha256: "1d7377e9903b29a3e983f1184a3112e50a6b45e65382c491f5c02e20e2861e20",
  },
};

async function main(folder = "/usr/share/backgrounds/budgie"): Promise<void> {
  const restore = "apt-get install budgie-backgrounds";
  const wanted = Object.fromEntries(Object.entries(PACKAGE).map(([name, file]) => [`${name}.jpg`, file]));
  const originals = await readVerified({ what: "photograph", folder, files: wanted, restore });
  const files: Record<string, FileRecord> = {};
  for (const name of Object.keys(PACKAGE)) {
    const bytes = await encode(shrunk(await decode(originals[`${name}.jpg`]), FACTOR));
    writeAtomically(join(projectRoot(), "datasets", "photographs", `${name}.webp`), bytes);
    files[`${name}.webp`] = { bytes: bytes.length, sha256: sha256(bytes) };
    console.log(`${name}: ${bytes.length} bytes`);
  }
  // Every fourth is for testing.
  const names = Object.keys(PACKAGE);
  const record: PhotographsRecord & Record<string, unknown> = {
    name: "photographs",
    source:
      "12 photographs of https://github.com/BuddiesOfBudgie/budgie-backgrounds, from Debian's " +
      "budgie-backgrounds 3.0-1, shrunk to a fifth and kept as WebP",
    licence: "CC0 1.0, or public domain as works of the US National Park Service",
    sizes: [32, 64],
    channels: 3,
    factor: FACTOR,
    quality: QUALITY,
    split: {
      train: names.filter((_, i) => i % 4 !== 2),
      test: names.filter((_, i) => i % 4 === 2),
    },
    scales: [1, 2, 4],
    flat: 0.12,
    apart: 0.01,
    files,
  };
  write(record);
  const { train, test, origin } = await photographs({ size: 64 });
  write({
    ...record,
    counts: { train: train.names.length, test: test.names.length },
    // SHA-256 of all patches, as decoded on x64.
    pixels: origin!.checksum,
  });
}

function write(record: object): void {
  const path = join(projectRoot(), "datasets", "photographs.json");
  writeAtomically(path, `${JSON.stringify(record, null, 2)}\n`);
}

async function encode({ width, height, rgb }: Picture): Promise<Uint8Array> {
  const { createCanvas } = await import("@napi-rs/canvas");
  const canvas = createCanvas(width, height);
  const context = canvas.getContext("2d");
  const pixels = context.createImageData(width, height);
  for (let i = 0; i < pixels.data.length; i++) {
    pixels.data[i] = i % 4 === 3 ? 255 : rgb[3 * Math.floor(i / 4) + (i % 4)];
  }
  context.putImageData(pixels, 0, 0);
  return canvas.encode("webp", QUALITY);
}

main(...process.argv.slice(2));
