import { isMap, isScalar, type YAMLMap } from "yaml";
import type { FieldFacts } from "../provider/core/contract/manifest";

/** Writes the unit of each number behind it. */
export function noteUnits(map: YAMLMap, fields: Readonly<Record<string, FieldFacts>>, path = ""): void {
  for (const { key, value } of map.items) {
    const field = `${path}${isScalar(key) ? key.value : ""}`;
    if (isMap(value)) noteUnits(value, fields, `${field}.`);
    const unit = fields[field]?.unit;
    if (isScalar(value) && unit !== undefined) value.comment = ` ${unit}`;
  }
}
