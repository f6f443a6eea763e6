import { expect, test } from "vitest";
import { readRecord } from "../../lib/data/record";
import { projectRoot } from "../../lib/files/project";

test("a missing record names the command that brings it back", async () => {
  await expect(readRecord(projectRoot(), "nothing")).rejects.toThrow(
    /record of a data set in ".*nothing\.json".*git checkout -- "datasets\/nothing\.json"/,
  );
});
