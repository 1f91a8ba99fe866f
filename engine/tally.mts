/** The CLI calls of this process so far: a test run prints them per file. */
export const tally: { calls: number; seconds: number } = { calls: 0, seconds: 0 };
