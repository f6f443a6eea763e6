import { type Attribute, type Model, type Node, type Shape, typeCodes, type Value } from "./graph";

/**
 * Writes a model in ONNX's file format: the few protobuf messages of onnx.proto3 that are needed, by their
 * field numbers. Numbers of constants go in as raw bytes, whatever their count.
 */
export function writeModel(name: string, model: Model): Uint8Array {
  const out = new Message();
  out.int(1, 10); // ir_version
  out.text(2, "coupled-interpolants"); // producer_name
  out.message(7, graphMessage(name, model));
  for (const [domain, version] of [
    ["", 20],
    ["com.microsoft", 1],
    ["com.microsoft.nchwc", 1],
  ] as const) {
    const opset = new Message();
    opset.text(1, domain);
    opset.int(2, version);
    out.message(8, opset);
  }
  return out.bytes();
}

function graphMessage(name: string, model: Model): Message {
  const out = new Message();
  model.nodes.forEach((node, index) => {
    out.message(1, nodeMessage(node, index));
  });
  out.text(2, name);
  for (const value of model.constants) out.message(5, constantMessage(value));
  for (const value of model.inputs) out.message(11, valueMessage(value));
  for (const { value } of model.outputs) out.message(12, valueMessage(value));
  return out;
}

function nodeMessage(node: Node, index: number): Message {
  const out = new Message();
  for (const value of node.inputs) out.text(1, value.name);
  for (const value of node.outputs) out.text(2, value.name);
  out.text(3, `${node.op}_${index}`);
  out.text(4, node.op);
  for (const [name, attribute] of Object.entries(node.attributes)) {
    out.message(5, attributeMessage(name, attribute));
  }
  if (node.domain) out.text(7, node.domain);
  return out;
}

function attributeMessage(name: string, attribute: Attribute): Message {
  const out = new Message();
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
  return out;
}

function constantMessage({ name, type, shape, data }: Value): Message {
  const out = new Message();
  for (const length of shape) out.int(1, length);
  out.int(2, typeCodes[type]);
  out.text(8, name);
  if (data) out.raw(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return out;
}

function valueMessage({ name, type, shape }: Value): Message {
  const tensor = new Message();
  tensor.int(1, typeCodes[type]);
  tensor.message(2, shapeMessage(shape));
  const typed = new Message();
  typed.message(1, tensor);
  const out = new Message();
  out.text(1, name);
  out.message(2, typed);
  return out;
}

function shapeMessage(shape: Shape): Message {
  const out = new Message();
  for (const length of shape) {
    const dimension = new Message();
    dimension.int(1, length);
    out.message(1, dimension);
  }
  return out;
}

/** A protobuf message: a list of pieces, joined once at the end so that large constants are copied once. */
class Message {
  private readonly pieces: Uint8Array[] = [];
  private length = 0;

  int(field: number, value: number): void {
    this.push(varint(field << 3));
    this.push(varint(value));
  }

  float(field: number, value: number): void {
    this.push(varint((field << 3) | 5));
    this.push(new Uint8Array(Float32Array.of(value).buffer));
  }

  text(field: number, value: string): void {
    this.raw(field, Buffer.from(value, "utf8"));
  }

  raw(field: number, bytes: Uint8Array): void {
    this.push(varint((field << 3) | 2));
    this.push(varint(bytes.length));
    this.push(bytes);
  }

  message(field: number, message: Message): void {
    this.push(varint((field << 3) | 2));
    this.push(varint(message.length));
    for (const piece of message.pieces) this.push(piece);
  }

  bytes(): Uint8Array {
    const out = new Uint8Array(this.length);
    let offset = 0;
    for (const piece of this.pieces) {
      out.set(piece, offset);
      offset += piece.length;
    }
    return out;
  }

  private push(bytes: Uint8Array): void {
    this.pieces.push(bytes);
    this.length += bytes.length;
  }
}

/** Seven bits a byte, the lowest first. Negative numbers are written as 64-bit two's complement. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  if (value < 0) {
    for (let rest = BigInt.asUintN(64, BigInt(value)); rest > 0n; rest >>= 7n) {
      bytes.push(Number(rest & 127n) | (rest > 127n ? 128 : 0));
    }
    return Uint8Array.from(bytes);
  }
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  bytes.push(rest);
  return Uint8Array.from(bytes);
}
