import { testWith, type Peer, type RuleTable } from '../rule-table.ts'

/** What anybody writes first: look at one rule after the other. */
export const linear: Peer = {
  name: 'linear scan',
  load: ({ tests, rules }: RuleTable) => {
    const compiled = rules.map(({ effect, values }) => ({
      effect,
      parts: Object.entries(values).map(([attribute, value]) => ({
        attribute,
        passes: testWith(tests[attribute] ?? 'is', value),
      })),
    }))
    return (question) => {
      let isAllowed = false
      for (const { effect, parts } of compiled) {
        if (isAllowed && effect === 'allow') continue
        if (!parts.every(({ attribute, passes }) => passes(question[attribute] ?? ''))) continue
        if (effect === 'deny') return false
        isAllowed = true
      }
      return isAllowed
    }
  },
}
