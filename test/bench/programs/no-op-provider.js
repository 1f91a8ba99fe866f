// The floor's provider. JavaScript, because Pulumi's dynamic-provider process loads it as a package.
let created = 0;

exports.zavuSubAccount = {
  check: async (_olds, news) => ({ inputs: news }),
  diff: async () => ({ changes: false }),
  // Id, key and time are as long as the real ones: they are in every checkpoint.
  create: async (inputs) => {
    created += 1;
    return {
      id: `jx7${String(created).padStart(12, "0")}`,
      outs: {
        ...inputs,
        apiKey: "zv_live_sub_00000000000000000000000000000000",
        createdAt: "2026-01-01T00:00:00.000Z",
      },
    };
  },
  read: async (id, props) => ({ id, props }),
  update: async (_id, olds, news) => ({ outs: { ...olds, ...news } }),
  delete: async () => {},
};
