import { expect, it } from "vitest";
import { unseenEmoji } from "../../lib/cli/playing/figures";
import { type EmojiDataset, take } from "../../lib/data";
import { drawEmoji } from "../../lib/data/emoji-drawings";
import { emojiInpainting } from "../../lib/experiments";

it("the emoji to play with are the first that the model was tested on, and look the same", async () => {
  const { test, styles } = (await emojiInpainting.load()).data as EmojiDataset;
  const names = test.names.map((name, i) => `${styles[test.styles[i]]}/${name}`);
  expect(unseenEmoji).toEqual(names.slice(0, unseenEmoji.length));
  const drawn = await drawEmoji(unseenEmoji, 32);
  expect(drawn).toEqual(take(test, unseenEmoji.length).x);
  await expect(drawEmoji(["noto/no-such-thing"], 32)).rejects.toThrow(/as STYLE\/NAME.*no-such-thing/);
}, 120_000);
