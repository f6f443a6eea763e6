import {
  type Attribute,
  type Model,
  type NamedValue,
  type Node,
  type Shape,
  typeCodes,
  type Value,
} from "./graph";

/**
 * Writes a model in ONNX's file format: the few protobuf messages of onnx.proto3 that are needed, by their
 * field numbers. Numbers of constants go in as raw bytes, whatever their count.
 */
export function writeModel(name: string, model: Model): Uint8Array {
  const size = model.constants.reduce((total, { data }) => total + (data?.byteLength ?? 0), 0);
  const out = new Writer(size + 256 * (model.nodes.length + model.constants.length + 16));
  out.int(1, 10); // ir_version
  out.text(2, "coupled-interpolants"); // producer_name
  out.message(7, () => writeGraph(out, name, model));
  const used = new Set(model.nodes.map(({ domain }) => domain));
  for (const [domain, version] of [
    ["", 20],
    ["com.microsoft", 1],
    ["com.microsoft.nchwc", 1],
  ] as const) {
    if (domain !== "" && !used.has(domain)) continue;
    out.message(8, () => {
      out.text(1, domain);
      out.int(2, version);
    });
  }
  return out.bytes();
}

function writeGraph(out: Writer, name: string, model: Model): void {
  const named = new Map([...model.inputs, ...model.outputs].map(({ name, value }) => [value, name]));
  const nameOf = (value: Value) => named.get(value) ?? value.name;
  model.nodes.forEach((node, index) => {
    out.message(1, () => writeNode(out, node, index, nameOf));
  });
  out.text(2, name);
  for (const value of model.constants) out.message(5, () => writeConstant(out, value));
  for (const value of model.inputs) out.message(11, () => writeNamed(out, value));
  for (const value of model.outputs) out.message(12, () => writeNamed(out, value));
}

function writeNode(out: Writer, node: Node, index: number, nameOf: (value: Value) => string): void {
  for (const value of node.inputs) out.text(1, nameOf(value));
  for (const value of node.outputs) out.text(2, nameOf(value));
  out.text(3, `${node.op}_${index}`);
  out.text(4, node.op);
  for (const [name, attribute] of Object.entries(node.attributes)) {
    out.message(5, () => writeAttribute(out, name, attribute));
  }
  if (node.domain) out.text(7, node.domain);
}

function writeAttribute(out: Writer, name: string, attribute: Attribute): void {
  out.text(1, name);
  if (typeof attribute === "number") {
    out.int(3, attribute);
    out.int(20, 2);
  } else if (typeof attribute === "string") {
    out.text(4, attribute);
    out.int(20, 3);
  } else if ("float" in attribute) {
    out.float(2, attribute.float);
    out.int(20, 1);
  } else {
    for (const value of attribute) out.int(8, value);
    out.int(20, 7);
  }
}

function writeConstant(out: Writer, { name, type, shape, data }: Value): void {
  for (const length of shape) out.int(1, length);
  out.int(2, typeCodes[type]);
  out.text(8, name);
  if (data) out.raw(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

function writeNamed(out: Writer, { name, value, shape = value.shape }: NamedValue): void {
  out.text(1, name);
  out.message(2, () => {
    out.message(1, () => {
      out.int(1, typeCodes[value.type]);
      out.message(2, () => writeShape(out, shape));
    });
  });
}

function writeShape(out: Writer, shape: Shape): void {
  for (const length of shape) {
    out.message(1, () => (length < 0 ? out.text(2, "n") : out.int(1, length)));
  }
}

/**
 * Bytes of a nested message's length, which is written after its content: a fixed number, enough for 32 GB.
 */
const lengthBytes = 5;

/** Protobuf messages, appended to a buffer that grows. */
class Writer {
  private buffer: Buffer;
  private at = 0;

  constructor(size: number) {
    this.buffer = Buffer.allocUnsafe(size);
  }

  int(field: number, value: number): void {
    this.varint(field << 3);
    this.varint(value);
  }

  float(field: number, value: number): void {
    this.varint((field << 3) | 5);
    this.reserve(4);
    this.at = this.buffer.writeFloatLE(value, this.at);
  }

  text(field: number, value: string): void {
    this.varint((field << 3) | 2);
    const length = Buffer.byteLength(value);
    this.varint(length);
    this.reserve(length);
    this.at += this.buffer.write(value, this.at);
  }

  raw(field: number, bytes: Uint8Array): void {
    this.varint((field << 3) | 2);
    this.varint(bytes.length);
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.at);
    this.at += bytes.length;
  }

  message(field: number, write: () => void): void {
    this.varint((field << 3) | 2);
    this.reserve(lengthBytes);
    const start = this.at + lengthBytes;
    this.at = start;
    write();
    let rest = this.at - start;
    for (let i = lengthBytes; i > 0; i--) {
      this.buffer[start - i] = (rest % 128) | (i > 1 ? 128 : 0);
      rest = Math.floor(rest / 128);
    }
  }

  /** What was written. */
  bytes(): Uint8Array {
    return this.buffer.subarray(0, this.at);
  }

  /** Seven bits a byte, the lowest first. Negative numbers are written as 64-bit two's complement. */
  private varint(value: number): void {
    this.reserve(10);
    let rest = value;
    if (rest < 0) {
      let bits = BigInt.asUintN(64, BigInt(rest));
      for (; bits > 127n; bits >>= 7n) this.buffer[this.at++] = Number(bits & 127n) | 128;
      rest = Number(bits);
    }
    for (; rest > 127; rest = Math.floor(rest / 128)) this.buffer[this.at++] = (rest % 128) | 128;
    this.buffer[this.at++] = rest;
  }

  private reserve(count: number): void {
    const wanted = this.at + count;
    if (wanted <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(wanted, 2 * this.buffer.length));
    larger.set(this.buffer.subarray(0, this.at));
    this.buffer = larger;
  }
}
