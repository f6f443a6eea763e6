import { expected } from "../errors";
import { filePieces } from "../files/file-pieces";
import { type Cell, readCell } from "./nbformat";

const [quote, backslash, comma] = [0x22, 0x5c, 0x2c];
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];

/**
 * The cells of a notebook's file one at a time: whole, it may be longer than memory, or a text in JavaScript,
 * allows. What else the file holds is not looked at.
 * @throws an error that names the file when it isn't JSON, or a cell isn't one.
 */
export function* cellsIn(file: string): Iterable<Cell> {
  let count = 0;
  for (const text of itemsOf("cells", file)) {
    let cell: unknown;
    try {
      cell = JSON.parse(text);
    } catch {
      throw notWhole(file);
    }
    count++;
    yield readCell(cell, `cell ${count} in ${file}`);
  }
}

const notWhole = (file: string) =>
  expected(`a notebook in ${file}`, "text that is not JSON", "Restore the file from version control.");

/** The texts of the objects in the list `name` of the object that a file holds as JSON. */
function* itemsOf(name: string, file: string): Iterable<string> {
  // How many braces and brackets are open; whether those are the list's; what a text at depth 1 said last.
  let [depth, listed, key] = [0, false, ""];
  // A text that goes on from the piece before, and whether its last character escapes the next.
  let [quoted, escaped] = [false, false];
  // Of the item at hand, and of the text at depth 1, what earlier pieces held.
  let item: Buffer[] | undefined;
  let word: Buffer[] = [];
  for (const piece of filePieces(file)) {
    let itemFrom = 0;
    let wordFrom = 0;
    for (let at = 0; at < piece.length; at++) {
      if (quoted) {
        const end = endOfText(piece, at, escaped);
        escaped = end.escaped;
        if (end.at < 0) break;
        at = end.at;
        quoted = false;
        if (depth === 1) key = Buffer.concat([...word, piece.subarray(wordFrom, at)]).toString();
        word = [];
        continue;
      }
      switch (piece[at]) {
        case quote:
          quoted = true;
          wordFrom = at + 1;
          break;
        case comma:
          if (depth === 1) key = "";
          break;
        case openBracket:
          depth++;
          listed ||= depth === 2 && key === name;
          break;
        case closeBracket:
          depth--;
          if (depth === 1) listed = false;
          break;
        case openBrace:
          depth++;
          if (listed && depth === 3) [item, itemFrom] = [[], at];
          break;
        case closeBrace:
          depth--;
          if (!item || depth !== 2) break;
          yield Buffer.concat([...item, piece.subarray(itemFrom, at + 1)]).toString();
          item = undefined;
          break;
      }
    }
    item?.push(piece.subarray(itemFrom));
    if (quoted && depth === 1) word.push(piece.subarray(wordFrom));
  }
  if (depth !== 0 || quoted) throw notWhole(file);
}

/** Where the text that goes on at `from` ends, or -1 when it goes on beyond the piece. */
function endOfText(piece: Buffer, from: number, escaped: boolean): { at: number; escaped: boolean } {
  for (let start = from + (escaped ? 1 : 0); ; ) {
    const at = piece.indexOf(quote, start);
    const end = at < 0 ? piece.length : at;
    let before = end;
    while (before > start && piece[before - 1] === backslash) before--;
    const odd = (end - before) % 2 === 1;
    if (at < 0) return { at, escaped: odd };
    if (!odd) return { at, escaped: false };
    start = at + 1;
  }
}
