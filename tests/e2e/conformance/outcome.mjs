// What a check throws if it does not pass.

/** Why a server does not conform, in sentences. */
export class Failure extends Error {}

/** The server does not have something that is optional. */
export class Unsupported extends Error {}
