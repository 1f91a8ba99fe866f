import { printableId } from "../../provider/core/base/printable";
import type { Run } from "../../provider/core/base/run";
import type { Settings } from "../../provider/core/vendor-io/config";
import type { AnyVendor } from "../../provider/vendors";
import { type Finding, fail, note, ok } from "./report";

const ALLOWED = "subaccounts:allowedOrganizations";

/** Compares the organization that a key reaches with those that the stack's config allows, or says how to pin it. */
export async function checkPin(vendor: AnyVendor, found: Settings, run: Run): Promise<Finding> {
  const { allowedOrganizations: allowed = [] } = found;
  const organization = await vendor.organizationWith(found, run);
  const list = allowed.join(", ");
  if (organization === undefined) {
    const text = `which organization the key reaches cannot be told: ${vendor.title} shows it with an account`;
    if (allowed.length === 0) return note(text);
    const mend = `pulumi config rm --path '${ALLOWED}.${vendor.name}', until there is an account`;
    return fail(`${text}, and ${ALLOWED} allows ${list} alone`, mend);
  }
  if (printableId(organization) === undefined) {
    return fail(
      `the key reaches an organization whose id is no word of at most 40 letters, digits and -_.:@, so it is not shown`,
      `look at ${vendor.title} which organization the key is of`,
    );
  }
  const pin = `pulumi config set --path '${ALLOWED}.${vendor.name}[${allowed.length}]' ${organization}`;
  if (allowed.length === 0) {
    return note(
      `organization ${organization}, which is not pinned: a first \`up\` with another organization's key would create there`,
      pin,
    );
  }
  if (allowed.includes(organization)) return ok(`organization ${organization}, as ${ALLOWED} has it`);
  return fail(
    `the key reaches the organization ${organization}, and ${ALLOWED} allows ${list}`,
    `${found.apiKeyCommand}; or, if ${organization} is meant: ${pin}`,
  );
}
