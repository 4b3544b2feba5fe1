import { createSourceEventStream, type ExecutionArgs, type ExecutionResult, execute, GraphQLError } from "graphql";
import { z } from "zod";

const withCursor = z.object({ cursor: z.string() });

/**
 * Subscribes as `graphql` does, and tells for each result with which cursor a client that has it resumes, whether or not its
 * document asks for one. A stream that fails ends with a result that says why.
 *
 * NOTE An idle `async function*` never runs its clean-up when it is returned from outside; hence the iterator object.
 */
export async function subscribeWithCursors(
  args: ExecutionArgs,
  tell: (result: ExecutionResult, cursor: string) => void,
): Promise<ExecutionResult | AsyncGenerator<ExecutionResult, void, void>> {
  const source = await createSourceEventStream(args);
  if (!(Symbol.asyncIterator in source)) return source;
  const events = source[Symbol.asyncIterator]();
  let failed = false;
  const end = async (): Promise<IteratorResult<ExecutionResult, void>> => {
    await events.return?.();
    return { value: undefined, done: true };
  };
  const results: AsyncGenerator<ExecutionResult, void, void> = {
    next: async () => {
      if (failed) return end();
      try {
        const event = await events.next();
        if (event.done === true) return { value: undefined, done: true };
        const result = await execute({ ...args, rootValue: event.value });
        const read = withCursor.safeParse(event.value);
        if (read.success) tell(result, read.data.cursor);
        return { value: result, done: false };
      } catch (error) {
        failed = true;
        return { value: { errors: [asGraphqlError(error)] }, done: false };
      }
    },
    return: end,
    throw: async (error: unknown) => {
      await end();
      throw error;
    },
    [Symbol.asyncIterator]: () => results,
    [Symbol.asyncDispose]: async () => void (await end()),
  };
  return results;
}

function asGraphqlError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  const originalError = error instanceof Error ? error : new Error(String(error));
  return new GraphQLError(originalError.message, { originalError });
}
