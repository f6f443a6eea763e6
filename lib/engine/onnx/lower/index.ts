import { convTable } from "./convolution";
import { depthwiseTable } from "./depthwise";
import { elementwiseTable } from "./elementwise";
import { gatherTable } from "./gather";
import type { Table } from "./lowering";
import { matMulTable } from "./matmul";
import { poolTable } from "./pool";
import { reduceTable } from "./reduce";
import { resizeTable } from "./resize";
import { shapeTable } from "./shape";
import { softmaxTable } from "./softmax";

export type { Context } from "./lowering";

/** How each tfjs kernel is expressed in ONNX. A new operator is one more entry in one of these tables. */
export const lowerings: Table = {
  ...elementwiseTable,
  ...reduceTable,
  ...softmaxTable,
  ...shapeTable,
  ...matMulTable,
  ...convTable,
  ...depthwiseTable,
  ...poolTable,
  ...gatherTable,
  ...resizeTable,
};
