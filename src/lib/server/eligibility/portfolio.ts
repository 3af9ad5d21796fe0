import type { App } from '#lib/server/app.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { asOperator, asOwner, inFirm } from '#lib/server/db/tenancy.ts';
import type { IntakeKind } from './intake.ts';
import { listIntakes, type ListedIntake } from './intake-report.ts';
import type { Changed } from './portfolio-change.ts';
import { productByCode } from './products.ts';

/** Works on the products, reports and declarations of one firm, in one transaction. */
export function inPortfolio<T>(app: App, firm_id: string, work: (tx: Tx) => Promise<T>): Promise<T> {
  return inFirm(app.db, firm_id, work);
}

/** Works on the register of laboratories as the operator, in one transaction. */
export function inRegister<T>(app: App, work: (tx: Tx) => Promise<T>): Promise<T> {
  return asOperator(app.db, work);
}

/** Reads the register as a firm sees it (a sample firm with its invented laboratories), or as the operator does. */
export function readRegister<T>(app: App, firm_id: string | null, work: (tx: Tx) => Promise<T>): Promise<T> {
  return asOwner(app.db, firm_id, work);
}

/** Files that were loaded for a firm, or for the operator, the newest first. */
export function intakesOf(app: App, firm_id: string | null, limit: number): Promise<ListedIntake[]> {
  const kinds: IntakeKind[] = firm_id === null ? ['labs', 'glossary'] : ['products', 'materials'];
  const list = (tx: Tx) => listIntakes(tx, kinds, limit);
  return firm_id === null ? inRegister(app, list) : inPortfolio(app, firm_id, list);
}

/** Does something with the id of the product of this code: null where no code is given. Null when there is none. */
export function withProduct<T>(
  app: App,
  about: { firm_id: string; product_code: string | null },
  work: (tx: Tx, product_id: string | null) => Promise<Changed<T>>,
): Promise<Changed<T> | null> {
  return inPortfolio(app, about.firm_id, async (tx) => {
    if (about.product_code === null) return work(tx, null);
    const product = await productByCode(tx, about.product_code);
    return product ? work(tx, product.id) : null;
  });
}
