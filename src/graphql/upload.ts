import { BadUserInputError } from "../infra/errors.ts";
import { UploadedFile } from "../infra/uploaded-file.ts";
import { builder } from "./builder.ts";

builder.scalarType("Upload", {
  description:
    "A file of the GraphQL multipart request form: send `multipart/form-data`, with null for this variable in `operations` and the file's name in `map`.",
  // It is never an answer.
  serialize: () => {
    throw new Error("An Upload cannot be answered.");
  },
  parseValue: (value) => {
    if (value instanceof UploadedFile) return value;
    throw new BadUserInputError(
      "A file is not written into the variables or the document: send the request as `multipart/form-data`, with null in its place.",
    );
  },
});
