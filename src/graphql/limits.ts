/** How large an operation may be, and the one walk that measures it. */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
  valueFromASTUntyped,
} from "graphql";
import { pageSizes } from "./keyset.ts";
import { LimitExceededError } from "./request-errors.ts";
import { type GivenArguments, usualLength } from "./usual-length.ts";

/** Bounds of one operation; configured, and published in `serverInfo { limits }`. */
export interface OperationLimits {
  /** Characters of the document. */
  readonly characters: number;
  readonly tokens: number;
  readonly depth: number;
  readonly aliases: number;
  /** Directives on one operation. */
  readonly directives: number;
  readonly cost: number;
}

/** What one operation amounts to. */
interface Size {
  readonly depth: number;
  readonly aliases: number;
  readonly directives: number;
  readonly cost: number;
}

const nothing: Size = { depth: 0, aliases: 0, directives: 0, cost: 0 };
/** What a list without `first` counts for, unless its field says otherwise (`usually`): our bounded lists are short. */
const plainListLength = 10;

/**
 * Throws a {@link LimitExceededError} when a validated operation is larger than allowed. A field costs one; what is selected
 * under a list costs that many times over. Each fragment is measured once, however often it is spread.
 */
export function checkLimits(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
  limits: OperationLimits,
): void {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const measured = new Map<string, Size>();
  const given = { variables: lengthsOf(operation, variables), values: valuesOf(operation, variables) };
  const walk = { schema, ...given, fragments, measured };
  const size = measure(walk, schema.getRootType(operation.operation), operation.selectionSet);
  for (const key of ["depth", "aliases", "directives", "cost"] as const) {
    if (size[key] > limits[key]) throw new LimitExceededError(key, size[key], limits[key]);
  }
}

interface Walk {
  readonly schema: GraphQLSchema;
  /** The variables that say how long a list will be. */
  readonly variables: ReadonlyMap<string, number>;
  /** All of them. */
  readonly values: Record<string, unknown>;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly measured: Map<string, Size>;
}

function measure(walk: Walk, type: GraphQLNamedType | null | undefined, selections: SelectionSetNode): Size {
  return selections.selections.reduce<Size>((sum, selection) => {
    const directives = selection.directives?.length ?? 0;
    if (selection.kind === Kind.FIELD) return join(sum, measureField(walk, type, selection), directives);
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const narrowed =
        selection.typeCondition === undefined ? type : walk.schema.getType(selection.typeCondition.name.value);
      return join(sum, measure(walk, narrowed, selection.selectionSet), directives);
    }
    return join(sum, measureFragment(walk, selection.name.value), directives);
  }, nothing);
}

function measureFragment(walk: Walk, name: string): Size {
  const known = walk.measured.get(name);
  if (known !== undefined) return known;
  const fragment = walk.fragments.get(name);
  if (fragment === undefined) return nothing;
  const size = measure(walk, walk.schema.getType(fragment.typeCondition.name.value), fragment.selectionSet);
  walk.measured.set(name, size);
  return size;
}

function measureField(walk: Walk, type: GraphQLNamedType | null | undefined, field: FieldNode): Size {
  const definition = isObjectType(type) || isInterfaceType(type) ? type.getFields()[field.name.value] : undefined;
  const aliases = field.alias === undefined ? 0 : 1;
  if (field.selectionSet === undefined || definition === undefined) return { ...nothing, depth: 1, aliases, cost: 1 };
  const inner = measure(walk, getNamedType(definition.type), field.selectionSet);
  const nullable = isNonNullType(definition.type) ? definition.type.ofType : definition.type;
  const paged = definition.args.some(({ name }) => lengthArguments.includes(name));
  const usual = isListType(nullable) && !isPageList(type, field) ? plainListLength : 1;
  const times = paged ? pageLength(walk, field) : (usualLength(definition, () => argumentsOf(walk, field)) ?? usual);
  return {
    depth: inner.depth + 1,
    aliases: inner.aliases + aliases,
    directives: inner.directives,
    cost: 1 + inner.cost * times,
  };
}

/** Whether a list is a connection's page, whose length the connection itself has counted. */
const isPageList = (type: GraphQLNamedType | null | undefined, field: FieldNode): boolean =>
  type?.name.endsWith("Connection") === true && ["edges", "nodes"].includes(field.name.value);

/** The arguments that say how long a list will be: by their number, or by the number of ids in them. */
const lengthArguments: readonly string[] = ["first", "last", "ids"];

/** How many entries a field asks for: as written, by its variable, or by the variable's default. */
function pageLength(walk: Walk, field: FieldNode): number {
  const asked = (field.arguments ?? [])
    .filter(({ name }) => lengthArguments.includes(name.value))
    .map(({ value }) => (value.kind === Kind.VARIABLE ? walk.variables.get(value.name.value) : lengthOf(value)))
    .filter((length) => length !== undefined);
  return asked.length === 0 ? pageSizes.default : Math.min(Math.max(...asked, 1), pageSizes.max);
}

const argumentsOf = ({ values }: Walk, field: FieldNode): GivenArguments =>
  Object.fromEntries(
    (field.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value, values)]),
  );

/** The variables of an operation as they were given, defaults included. */
const valuesOf = (operation: OperationDefinitionNode, given: Readonly<Record<string, unknown>>) => ({
  ...Object.fromEntries(
    (operation.variableDefinitions ?? []).flatMap(({ variable, defaultValue }) =>
      defaultValue === undefined ? [] : [[variable.name.value, valueFromASTUntyped(defaultValue)]],
    ),
  ),
  ...given,
});

const lengthOf = (value: ValueNode | undefined): number | undefined =>
  value?.kind === Kind.INT ? Number(value.value) : value?.kind === Kind.LIST ? value.values.length : undefined;

/** The variables of an operation that say how long a list will be, defaults included. */
function lengthsOf(operation: OperationDefinitionNode, given: Readonly<Record<string, unknown>>): Map<string, number> {
  const lengths = new Map<string, number>();
  for (const { variable, defaultValue } of operation.variableDefinitions ?? []) {
    const name = variable.name.value;
    const value = given[name];
    const length = Array.isArray(value) ? value.length : (value ?? lengthOf(defaultValue));
    if (typeof length === "number") lengths.set(name, length);
  }
  return lengths;
}

function join(a: Size, b: Size, directives: number): Size {
  return {
    depth: Math.max(a.depth, b.depth),
    aliases: a.aliases + b.aliases,
    directives: a.directives + b.directives + directives,
    cost: a.cost + b.cost,
  };
}
