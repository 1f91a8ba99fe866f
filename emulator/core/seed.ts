import { z } from "zod";

/** Types of members of a seed file that several vendors share. */
export const id = z.string().min(1);
export const whole = z.int().min(0);
export const dateTime = z.iso.datetime({ offset: true });
export const metadata = z.record(z.string(), z.unknown());

/** Items without the same value of a member twice. */
export function unique<Item extends object>(items: z.ZodType<Item[]>, member: keyof Item & string) {
  return items.superRefine((all, context) => {
    const seen = new Set<unknown>();
    for (const [index, item] of all.entries()) {
      const value = item[member];
      if (value === undefined) continue;
      if (seen.has(value))
        context.addIssue({ code: "custom", path: [index, member], message: "is there twice" });
      seen.add(value);
    }
  });
}
