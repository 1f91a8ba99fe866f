/** Policies for `@pulumi/policy`: plain objects to compose a pack of. */
export {};
