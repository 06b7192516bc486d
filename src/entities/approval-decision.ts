export const approvalDecisions = ['approved', 'denied', 'expired'] as const;
export type ApprovalDecision = (typeof approvalDecisions)[number];
