/** What goes on well for now, and stops to if nobody acts. */
export interface Concern {
  name: 'disk' | 'clock' | 'replicas';
  /** A sentence or two, with what to do. */
  why: string;
}
