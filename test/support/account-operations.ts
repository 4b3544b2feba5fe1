/** What clients write to connect accounts and to act on them. */
const errors = "... on Error { code message } ... on ValidationError { issues { path code message } }";
const account = "socialAccount { id state lastError lastErrorAt pausedAt expiresAt scopes disconnectedAt handle }";
const attempt = "connection { id status choices { id handle name url } failure { code message } }";
const acts = ["Check", "Pause", "Resume", "Disconnect"] as const;

/** Mutations and queries as clients write them. */
export const accountOperations = {
  start: `mutation ($input: StartConnectionInput!) { startConnection(input: $input) { __typename ${errors}
    ... on StartConnectionSuccess { authorisationUrl ${attempt} } } }`,
  complete: `mutation ($input: CompleteConnectionInput!) { completeConnection(input: $input) { __typename ${errors}
    ... on CompleteConnectionSuccess { ${attempt} socialAccounts { id handle state platform method scopes expiresAt } } } }`,
  connection: `query ($id: ID!) { connection(id: $id) { id status platform method server choices { id handle } failure { code message } } }`,
  account: `query ($id: ID!) { ${account.replace(" {", "(id: $id) {")} }`,
  connectPlaza: `mutation ($input: ConnectSocialAccountInput!) { connectSocialAccount(input: $input) { __typename ${errors}
    ... on ConnectSocialAccountSuccess { ${account} } } }`,
};

/** The mutation of an act on one account. */
export const actOnAccount = (verb: (typeof acts)[number]): string => {
  const name = `${verb}SocialAccount`;
  return `mutation ($input: ${name}Input!) { ${verb.toLowerCase()}SocialAccount(input: $input) { __typename ${errors}
    ${verb === "Check" ? "... on TooManyAttemptsError { retryAfter }" : ""} ... on ${name}Success { ${account} } } }`;
};
