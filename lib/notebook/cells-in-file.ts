import { JSONParser } from "@streamparser/json";
import { expected } from "../errors";
import { filePieces } from "../files/file-pieces";
import { type Cell, readCell } from "./nbformat";

/**
 * The cells of a notebook's file one at a time: whole, it may be longer than memory, or a text in JavaScript,
 * allows. Nothing else that the file holds is kept.
 * @throws an error that names the file when it isn't JSON, or a cell isn't one.
 */
export function* cellsIn(file: string): Iterable<Cell> {
  let count = 0;
  for (const cell of valuesIn(file, "$.cells.*")) {
    count++;
    yield readCell(cell, `cell ${count} in ${file}`);
  }
}

/** The values at a path of the JSON that a file holds, as soon as each is complete. */
function* valuesIn(file: string, path: string): Iterable<unknown> {
  const complete: unknown[] = [];
  const parser = new JSONParser({ paths: [path], keepStack: false, stringBufferSize: 2 ** 16 });
  parser.onValue = ({ value }) => {
    complete.push(value);
  };
  const notWhole = () =>
    expected(`a notebook in ${file}`, "text that is not JSON", "Restore the file from version control.");
  for (const piece of filePieces(file)) {
    if (parser.isEnded) break; // only a line's end may come now
    try {
      parser.write(piece);
    } catch {
      throw notWhole();
    }
    yield* complete.splice(0);
  }
  if (!parser.isEnded) throw notWhole();
}
