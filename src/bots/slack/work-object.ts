import type { types } from '@slack/bolt';
import { harmless, oneLine } from '../../harmless-text.ts';
import type { Action, Field, Reply } from '../../replies/reply.ts';
import { cutText } from '../truncate.ts';
import type { Linked } from './linked.ts';

/** @see https://docs.slack.dev/messaging/work-objects-implementation; only types that the manifest names are shown. */
const entityType = 'slack#/entities/item';
/** Slack's, of the buttons in the footer and of those in the menu beside them. */
const most = { primary: 2, overflow: 5 };
/** Ours: what an unfurl shows of a field, and how many fields. */
const mostTitle = 150;
const mostValue = 300;
const mostFields = 12;
const mostLabel = 75;
const mostCommand = 2_000;

/** A linked page as Slack's work object: the same reply as fields. @param posted The link as it was posted. */
export function workObject({ address, id, kind, reply }: Linked, posted?: string): types.EntityMetadata {
  const fields = customFields(reply);
  return {
    entity_type: entityType,
    external_ref: { id, type: kind },
    url: address,
    ...(posted !== undefined && { app_unfurl_url: posted }),
    entity_payload: {
      attributes: {
        title: { text: cutText(oneLine(said(reply.title ?? kind)), mostTitle) || kind },
        display_type: kind === 'deployment' ? 'Deployment' : 'Application',
        product_name: 'Shipmate',
      },
      custom_fields: fields,
      display_order: fields.map(({ key }) => key),
    },
  };
}

/** The same with what the person may do, for them alone. */
export function workObjectDetails(linked: Linked): types.EntityMetadata {
  const object = workObject(linked);
  const actions = entityActions(linked.actions);
  return { ...object, entity_payload: { ...object.entity_payload, ...(actions && { actions }) } };
}

function customFields({ fields = [], text = '' }: Reply): types.EntityCustomField[] {
  const [state, ...details] = text.split('\n').filter((line) => line.trim() !== '');
  const first: Field[] = [
    ...(state === undefined ? [] : [{ name: 'State', value: state }]),
    ...(details.length > 0 ? [{ name: 'Details', value: details.join('\n') }] : []),
  ];
  return [...first, ...fields]
    .map(({ name, value }) => ({ name: oneLine(said(name)), value: said(value) }))
    .filter(({ value }) => value.trim() !== '')
    .slice(0, mostFields)
    .map(({ name, value }, at) => ({
      key: `field_${at}`,
      label: cutText(name, mostLabel) || '…',
      type: 'string',
      value: cutText(value, mostValue),
      ...(value.length > mostTitle && { long: true }),
    }));
}

/** Without marks, and nothing that Slack could read as a mention. */
function said(text: string): string {
  return harmless(text)
    .replaceAll(/\*\*([^*]+)\*\*/g, '$1')
    .replaceAll(/<(?=[!@#])/g, '<\u200b')
    .replaceAll(/@(?=everyone|here|channel)/gi, '@\u200b');
}

/** Slack asks nothing before it sends such a press, so that we ask where the action wants it. */
function entityActions(actions: readonly Action[]): types.EntityMetadata['entity_payload']['actions'] | undefined {
  const buttons = actions
    .filter(({ command }) => command.length <= mostCommand)
    .slice(0, most.primary + most.overflow)
    .map(({ command, confirm, form, label, style }, at) => ({
      text: cutText(oneLine(label), mostLabel) || '…',
      action_id: `${form ? 'form' : confirm === undefined ? 'run' : 'ask'}:${at}`,
      value: command,
      ...(style && { style }),
    }));
  if (buttons.length === 0) return undefined;
  const overflow = buttons.slice(most.primary);
  return {
    primary_actions: buttons.slice(0, most.primary),
    ...(overflow.length > 0 && { overflow_actions: overflow }),
  };
}
