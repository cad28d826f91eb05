import type { Kind } from '../kit/kind'
import { users, webhooks } from './accounts'
import { calendars, holidayYears } from './hours'
import { dealership, figures, promptNumbers, recording, site } from './house'
import { analogGroups, analogLines, analogPriority, inboundRules, outboundRules, trunks } from './lines'
import { outreachPlans, outreachPlansOff, outreachScripts, surveyRule } from './outreach'
import { agents, blacklist, pauseReasons, vips } from './people'
import { calls, extensions, internalNumbers, outboundClasses, phoneBars } from './phones'
import { queues } from './queues'
import { conferenceAdHoc, conferenceRooms, voicemailBoxes, voicemailKeepDays, voicemailMaxMB } from './rooms'
import { rosterDuties, rosterPeople } from './roster'
import { contactPlan, dispositions, ticketTemplates, ticketTypes } from './tickets'

/** All kinds of what is set. Menus have an editor of their own. */
export const kinds: readonly Kind[] = [
  queues, agents, pauseReasons, vips, blacklist, voicemailBoxes, voicemailKeepDays, voicemailMaxMB, conferenceRooms, conferenceAdHoc,
  extensions, internalNumbers, calls, phoneBars, outboundClasses,
  trunks, analogLines, analogGroups, analogPriority, inboundRules, outboundRules,
  calendars, holidayYears, rosterPeople, rosterDuties,
  ticketTypes, ticketTemplates, dispositions, contactPlan, outreachScripts, outreachPlans, outreachPlansOff, surveyRule,
  dealership, site, figures, recording, promptNumbers,
  users, webhooks,
]
