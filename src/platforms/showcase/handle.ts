/** What a gallery's handle looks like: 3 to 30 lower-case letters, digits and hyphens, without a hyphen at either end. */
export const handlePattern = /^[a-z0-9](?:[a-z0-9-]{1,28})[a-z0-9]$/;
