import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { startEmulator } from "../../emulator";
import { hideVendor, startConnectProxy } from "../support/connect-proxy";
import { startDynamicProvider } from "../support/dynamic-provider.mts";

it("the provider process reaches a vendor by HTTPS_PROXY, and trusts the authority that NODE_EXTRA_CA_CERTS names", async () => {
  const emulator = await startEmulator();
  const vendor = await hideVendor(emulator.url);
  const proxy = await startConnectProxy({ routes: vendor.routes });
  const folder = mkdtempSync(join(tmpdir(), "subaccounts-ca-"));
  const authority = join(folder, "ca.pem");
  writeFileSync(authority, vendor.authority.cert);
  const provider = await startDynamicProvider({
    env: {
      ZAVU_BASE_URL: `${vendor.url}/zavu`,
      ZAVUDEV_API_KEY: emulator.zavu.apiKey,
      HTTPS_PROXY: proxy.url,
      NODE_EXTRA_CA_CERTS: authority,
      SUBACCOUNTS_READ_LAG_SECONDS: "1",
    },
  });
  onTestFinished(async () => {
    await provider.close();
    await Promise.all([proxy.close(), vendor.close(), emulator.close()]);
    rmSync(folder, { recursive: true });
  });
  await provider.configure({});
  const { id } = await provider.create({
    __provider: `exports.handler=()=>require("pulumi-subaccounts/provider").zavuSubAccount;`,
    __owner: "owner-1 urn:pulumi:dev::test::pulumi-nodejs:dynamic/subaccounts/zavu:SubAccount::acme",
    name: "Acme Corp",
  });
  expect(emulator.zavu.accounts().map((account) => account.id)).toEqual([id]);
  expect(new Set(proxy.asked)).toEqual(new Set(["api.vendor.test:443"]));
});
