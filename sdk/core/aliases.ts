import * as pulumi from "@pulumi/pulumi";
import { ownAliases, parentOf } from "./pulumi-internals";

/** The most former URNs of one resource. A state keeps them, and combinations multiply. */
const MOST_FORMER_URNS = 63;

type Urn = pulumi.Input<pulumi.URN>;

/**
 * Composes the URNs that a resource had before: by its own aliases, and by those of its parents. As in Pulumi's engine an
 * alias of a parent counts for each child, combined with each alias of the child. The engine takes the one alias that it
 * finds in the state, which a program cannot see; so every combination is composed, the resource's own aliases first.
 *
 * Aliases from `transformations` are among them. Invisible are those from `transforms`, which run in the engine, and the
 * aliases of a resource that an alias names as the former parent.
 *
 * @param urn the URN of today.
 * @param own the resource's own aliases.
 */
export function formerUrns(urn: Urn, own: readonly Urn[], parent: pulumi.Resource | undefined): Urn[] {
  return [...own, ...inheritedUrns([urn, ...own], parent)].slice(0, MOST_FORMER_URNS);
}

/**
 * Composes the URNs of a child under each former URN of its parent. Every resource registers them as aliases of its own:
 * the engine passes on only an alias that it has just found, and finds none once a failed `up` has saved the renamed
 * parent without its children.
 *
 * @param child the child's URN, then its aliases.
 */
export function inheritedUrns(child: readonly Urn[], parent: pulumi.Resource | undefined): Urn[] {
  if (parent === undefined) return [];
  const formerParents = formerUrns(parent.urn, ownAliases(parent), parentOf(parent));
  return child
    .flatMap((urn) => formerParents.map((former) => [urn, parent.urn, former] satisfies [Urn, Urn, Urn]))
    .slice(0, MOST_FORMER_URNS)
    .map((urns) => pulumi.all(urns).apply(([urn, parentUrn, former]) => urnUnder(urn, parentUrn, former)));
}

/** The URN of a child once its parent has another one. A name that begins with the parent's follows it, as in the engine. */
export function urnUnder(child: pulumi.URN, parent: pulumi.URN, formerParent: pulumi.URN): pulumi.URN {
  const { prefix, type: parentType, name: formerName } = partsOf(formerParent);
  const { type, name } = partsOf(child);
  const { name: parentName } = partsOf(parent);
  const own = name.startsWith(parentName) ? formerName + name.slice(parentName.length) : name;
  return `${prefix}::${parentType}$${type.slice(type.lastIndexOf("$") + 1)}::${own}`;
}

/** The parts of `urn:pulumi:<stack>::<project>::<types of parents>$<type>::<name>`; a name may hold colons. */
function partsOf(urn: pulumi.URN): { prefix: string; type: string; name: string } {
  const [stack = "", project = "", type = "", ...name] = urn.split("::");
  return { prefix: `${stack}::${project}`, type, name: name.join("::") };
}
