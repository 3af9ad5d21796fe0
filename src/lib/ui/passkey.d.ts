/** Shows the browser's dialog for a new passkey and keeps it under this name. */
export function registerPasskey(name: string): Promise<void>;
/** Shows the browser's dialog of the passkeys that it knows for this address, and signs in. */
export function signInByPasskey(): Promise<void>;
