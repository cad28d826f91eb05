package crm

// Vanish removes a customer and leaves all that names it, as a change at headquarters does.
func (e *Edit) Vanish(id string) error { return e.tx.Customers.Delete(id) }
