/** The first file of an archive, for its owner. */
export function readme({ displayName }: { readonly displayName: string }, madeAt: Date): string {
  return `Everything of ${displayName} in Atelier
Made at ${madeAt.toISOString()}. All times are in UTC.

account.json           your account and profile: address, name, text, language, time zone, links
avatar.webp            your avatar, if you have one
sessions.json          your sign-ins: when, from which address, with which program
security-events.json   what was done with your account, and from where
api-tokens.json        your API tokens: names, scopes, dates (never the tokens themselves)
memberships.json       the workspaces you are a member of, and your role there
invitations-sent.json  whom you invited
social-accounts.json   the accounts connected in your own workspace (never what opens them)
posts.json             the posts you wrote, what became of them, and their last numbers
posting-schedules.json the recurring plans that make posts in your name
metric-exports.json    the files of numbers you asked for
styles.json            the styles you wrote, in all versions
comments.json          what you wrote about pictures
post-decisions.json    what you decided about posts
post-comments.json     what you wrote about posts
review-links.json      the review links you made (never their secrets)
publish-decisions.json what you said about posts of which the platform could not tell whether they are out
reviews.json           what you decided about pictures
notifications.json     what you were told in the last 90 days
notification-settings.json  what you want to be told, where and when
webhooks.json          the webhooks you made (never their secrets)
images.json            the pictures you made: prompts, settings, reviews
images/                the files of those pictures, by the ids in images.json

The .json files are text; any editor opens them, and programs read them.
Your password is not in here: not even this server knows it.
`;
}
