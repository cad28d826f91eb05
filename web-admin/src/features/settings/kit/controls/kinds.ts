/** What a form gives to each of its controls. */
export interface Control<T> {
  id?: string
  value?: T
  onChange?: (v: T | undefined) => void
  disabled?: boolean
  /** What it is called, for controls of several parts. */
  label?: string
}
