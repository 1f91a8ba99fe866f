/** A mistake of the person who runs the emulator, in words for that person: what, where and what to do. */
export class Mistake extends Error {
  constructor(message: string) {
    super(message);
    this.name = "Mistake";
  }
}
