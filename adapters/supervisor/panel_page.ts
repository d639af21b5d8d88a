/** Pages of the admin panel that only show something. */
import type { PanelButton } from "../telegram/panel_button.ts";

type Shown =
  | "home"
  | "raffles"
  | "raffle"
  | "edit"
  | "people"
  | "file"
  | "statistics"
  | "commission"
  | "reserve"
  | "findings"
  | "broadcasts"
  | "questions"
  | "letters"
  | "letter"
  | "stuck"
  | "checks"
  | "check"
  | "audit"
  | "templates"
  | "template"
  | "seriesList"
  | "series";

/** One of them. */
export type PanelPage = Extract<PanelButton, { page: Shown }>;
