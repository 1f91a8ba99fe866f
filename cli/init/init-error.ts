/** A refusal of `subaccounts init`; its message is for the person who called it. */
export class InitError extends Error {}
