/**
 * How large an answer may become, counted while it is made. The cost of an operation (`limits.ts`) is an estimate that knows no list's
 * real length; this counts the fields of what lists really hold, and ends an operation that grows far beyond.
 */
import {
  defaultFieldResolver,
  type GraphQLFieldResolver,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";
import type { Context } from "./context.ts";
import { AnswerTooLargeError } from "./request-errors.ts";
import { operationLimits } from "./server-info.ts";

/** Has every list of objects in a schema count what it holds. Changes the schema's fields, and answers it. */
export function countAnswers(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith("__")) continue;
    for (const field of Object.values(type.getFields())) {
      if (holdsObjects(field.type)) field.resolve = counted(field.resolve ?? defaultFieldResolver);
    }
  }
  return schema;
}

const isList = (type: GraphQLOutputType): boolean => isListType(getNullableType(type));
const holdsObjects = (type: GraphQLOutputType): boolean => isList(type) && isCompositeType(getNamedType(type));

function counted(resolve: GraphQLFieldResolver<unknown, Context>): GraphQLFieldResolver<unknown, Context> {
  return (parent, args, context, info) => {
    const answer: unknown = resolve(parent, args, context, info);
    if (answer instanceof Promise) {
      return answer.then((entries: unknown) => {
        count(entries, context, info);
        return entries;
      });
    }
    count(answer, context, info);
    return answer;
  };
}

/** Fields so far of each operation that runs, by the values of its variables: graphql-js makes that object anew for each execution. */
const tallies = new WeakMap<object, number>();

function count(entries: unknown, { services }: Context, info: GraphQLResolveInfo): void {
  if (!Array.isArray(entries) || entries.length === 0) return;
  const each = info.fieldNodes.reduce((sum, { selectionSet }) => sum + fieldsOf(info, selectionSet, listed(info)), 0);
  const fields = (tallies.get(info.variableValues) ?? 0) + entries.length * each;
  tallies.set(info.variableValues, fields);
  const { answerFields } = operationLimits(services.config);
  if (fields > answerFields) throw new AnswerTooLargeError(fields, answerFields);
}

const listed = ({ returnType }: GraphQLResolveInfo): GraphQLNamedType => getNamedType(returnType);

/** What selections have been found to hold. A document's nodes always stand at the same types, and are shared by its executions. */
const known = new WeakMap<SelectionSetNode, number>();

/** Fields of one object, those of lists inside it excepted: they count themselves. */
function fieldsOf(
  info: GraphQLResolveInfo,
  set: SelectionSetNode | undefined,
  type: GraphQLNamedType | undefined,
): number {
  if (set === undefined) return 0;
  const found = known.get(set);
  if (found !== undefined) return found;
  const fields = set.selections.reduce((sum, selection) => sum + fieldsOfSelection(info, selection, type), 0);
  known.set(set, fields);
  return fields;
}

function fieldsOfSelection(
  info: GraphQLResolveInfo,
  selection: SelectionNode,
  type: GraphQLNamedType | undefined,
): number {
  if (selection.kind === Kind.FRAGMENT_SPREAD) {
    const fragment = info.fragments[selection.name.value];
    return fieldsOf(info, fragment?.selectionSet, narrowed(info, fragment?.typeCondition.name.value, type));
  }
  if (selection.kind === Kind.INLINE_FRAGMENT) {
    return fieldsOf(info, selection.selectionSet, narrowed(info, selection.typeCondition?.name.value, type));
  }
  const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[selection.name.value] : undefined;
  if (field === undefined || isList(field.type)) return 1;
  return 1 + fieldsOf(info, selection.selectionSet, getNamedType(field.type));
}

const narrowed = (
  { schema }: GraphQLResolveInfo,
  condition: string | undefined,
  type: GraphQLNamedType | undefined,
): GraphQLNamedType | undefined => (condition === undefined ? type : schema.getType(condition));
