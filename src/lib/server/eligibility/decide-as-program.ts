import type { Firm } from '#lib/domain/accounts/actor.ts';
import type { App } from '#lib/server/app.ts';
import { Decider } from './decider.ts';
import { askedOf, decisionRequestSchema } from './decision-request.ts';

/** Decides for a firm as the program itself, in the log like all others. Gives how many decisions were made. */
export async function decideAsProgram(app: App, firm: Firm, bodies: readonly unknown[]): Promise<number> {
  const decider = new Decider(app, { firm, actor: { kind: 'program', id: firm.id } });
  const asked = bodies.map((body) => askedOf(decisionRequestSchema.parse(body), firm));
  const referred = await decider.questionsOf(asked);
  const questions = referred.flatMap((one) => (one.ok ? [one.question] : []));
  return (await decider.decideAll(questions, 'full')).length;
}
