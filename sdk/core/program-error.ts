import * as pulumi from "@pulumi/pulumi";

/**
 * An error that Pulumi prints as its message alone. Of a plain `RunError` it prints the stack where nothing awaits it any more
 * when the program's module has ended: a lookup, an `apply`.
 *
 * @internal
 */
export class ProgramError extends pulumi.RunError {
  constructor(message: string) {
    super(message);
    this.stack = message;
  }
}
