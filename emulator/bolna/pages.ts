import type { BolnaSwitches } from "./switches";

/** A page of a listing: `{total, page, page_size, has_more, data}`, with every switch about pages applied. */
export function pageOf(
  items: readonly unknown[],
  asked: { page_number: number; page_size: number },
  { pageSize, emptyPages, endlessPages }: BolnaSwitches,
): Record<string, unknown> {
  const { page_number: page } = asked;
  const page_size = Math.min(asked.page_size, pageSize);
  const full = Math.max(1, Math.ceil(items.length / page_size));
  const gap = full > 1 ? emptyPages : 0;
  const pages = full + gap;
  const place = endlessPages ? (page - 1) % pages : page - 1;
  const isEmpty = place > 0 && place <= gap;
  const start = (place > gap ? place - gap : place) * page_size;
  return {
    total: items.length,
    page,
    page_size,
    has_more: endlessPages || page < pages,
    data: isEmpty ? [] : items.slice(start, start + page_size),
  };
}
