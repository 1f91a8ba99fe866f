import ts from "typescript";

/** A property of a class or of an interface. */
export interface Property {
  /** With dots for a key of an argument: `limits.maxSpaces`. */
  readonly path: string;
  readonly type: string;
  readonly isOptional: boolean;
  readonly doc: string;
}

/** A doc comment. */
export interface Doc {
  readonly text: string;
  readonly vendorPage?: string | undefined;
  readonly example?: string | undefined;
}

/** Properties that are not internal, in their order. */
export function members(node: ts.ClassDeclaration | ts.InterfaceDeclaration, prefix = ""): Property[] {
  const isOutputs = ts.isClassDeclaration(node);
  return [...node.members].flatMap((member) => {
    if (!ts.isPropertySignature(member) && !ts.isPropertyDeclaration(member)) return [];
    if (ts.getJSDocTags(member).some(({ tagName }) => tagName.text === "internal")) return [];
    const type = member.type ? typeText(member.type, isOutputs) : "";
    const doc = docOf(member).text;
    return [
      { path: prefix + member.name.getText(), type, isOptional: member.questionToken !== undefined, doc },
    ];
  });
}

/** A type without Pulumi's wrappers; of an argument without `undefined`, which the table says in another way. */
function typeText(node: ts.TypeNode, keepsUndefined: boolean): string {
  if (ts.isTypeReferenceNode(node) && /^pulumi\.(Input|Output|Unwrap)$/.test(node.typeName.getText())) {
    return (node.typeArguments ?? []).map((inner) => typeText(inner, keepsUndefined)).join();
  }
  if (ts.isArrayTypeNode(node)) return `${typeText(node.elementType, keepsUndefined)}[]`;
  if (!ts.isUnionTypeNode(node)) return node.getText();
  const parts = node.types.filter((part) => keepsUndefined || part.kind !== ts.SyntaxKind.UndefinedKeyword);
  return parts.map((part) => typeText(part, keepsUndefined)).join(" | ");
}

export function docOf(node: ts.Node): Doc {
  const comment = ts.getJSDocCommentsAndTags(node).find(ts.isJSDoc);
  const text = (of: ts.JSDoc["comment"]) =>
    (ts.getTextOfJSDocComment(of) ?? "").replace(/\{@link (\w+)\}/g, "`$1`");
  const all = text(comment?.comment);
  return {
    text: all.replace(/\n?Vendor page: \S+/, "").trim(),
    vendorPage: /Vendor page: (\S+)/.exec(all)?.[1],
    example: text(comment?.tags?.find(({ tagName }) => tagName.text === "example")?.comment) || undefined,
  };
}
