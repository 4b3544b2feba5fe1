/**
 * What guessing costs. Each try of a password takes from two budgets: one of the account and the network it comes from, one of
 * the address. The first stops whoever guesses at one account, and cannot lock its owner out, who comes from another network;
 * the second stops whoever tries one password on many accounts.
 */
import type { Config } from "../config.ts";
import { hostOf, networkOf } from "../infra/network-of.ts";
import { type CountedTry, rateKey } from "../infra/rate-limit.ts";

type Budgets = Pick<
  Config,
  | "LOGIN_TRIES_PER_ACCOUNT"
  | "LOGIN_TRIES_PER_ADDRESS"
  | "REGISTRATIONS_PER_ADDRESS"
  | "MAILS_PER_ACCOUNT"
  | "MAILS_PER_ADDRESS"
>;

/** The counter of wrong passwords for an account (by its address's key, known or not) from one network. */
export const accountKey = (email: string, address: string | null) => rateKey("login", email, networkOf(address));

/** A try to sign in: whether a budget is the account's, beside what it counts. */
export const signInTries = (config: Budgets, email: string, address: string | null) => [
  ...linkTries(config, address).map((counted) => ({ ...counted, countsAccount: false })),
  { key: accountKey(email, address), budget: config.LOGIN_TRIES_PER_ACCOUNT, countsAccount: true },
];

/** A try of somebody signed in to prove that they know the password: a counter of its own, which no stranger can reach. */
export const proofTries = (config: Budgets, userId: string, address: string | null): CountedTry[] => [
  ...linkTries(config, address),
  { key: proofKey(userId, address), budget: config.LOGIN_TRIES_PER_ACCOUNT },
];

/** The counter of wrong proofs of somebody signed in. */
export const proofKey = (userId: string, address: string | null) =>
  rateKey("password-proof", userId, networkOf(address));

/** A try to use a mailed link. */
export const linkTries = (config: Budgets, address: string | null): CountedTry[] => [
  { key: rateKey("login-address", hostOf(address)), budget: config.LOGIN_TRIES_PER_ADDRESS },
];

/** A try to make an account. */
export const registrationTries = (config: Budgets, address: string | null): CountedTry[] => [
  { key: rateKey("register-address", hostOf(address)), budget: config.REGISTRATIONS_PER_ADDRESS },
];

/** A mail that somebody, perhaps a stranger, asks to be sent to an account. */
export const mailTries = (config: Budgets, email: string, address: string | null): CountedTry[] => [
  { key: rateKey("mail-address", hostOf(address)), budget: config.MAILS_PER_ADDRESS },
  { key: rateKey("mail-account", email), budget: config.MAILS_PER_ACCOUNT },
];
