/** What sbatch is asked for, as given on the command line. */
export interface SlurmOptions {
  readonly partition?: string;
  /** The longest that one task may run, as sbatch has it. */
  readonly time?: string;
  readonly gres?: string;
  readonly mem?: string;
  /** The cores of a task. */
  readonly cpus?: string;
  readonly account?: string;
  readonly constraint?: string;
  /** Other options, each a text of one or more. */
  readonly sbatch: readonly string[];
}
