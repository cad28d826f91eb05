package intake

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/crm"
	"github.com/dealerline/dealerline/internal/edge/sheet"
	"github.com/dealerline/dealerline/internal/edge/store"
)

// exportPage is how many records are read in one transaction: a long one would keep old pages of the file from being used
// again, and the file would grow.
const exportPage = 500

// Export writes all customers, vehicles or visits as "csv", "xlsx" or "json". It streams, and notes in the audit on whose
// behalf. What is written meanwhile may be in it or not, but each record is whole. The headings of tables are those that an
// import understands; JSON is an array of the records as the API shows them.
func (m *Manager) Export(ctx context.Context, by store.By, kind, format string, w io.Writer) error {
	if _, err := FieldsOf(kind); err != nil {
		return err
	}
	out, err := newOutput(format, kind, w, m.Dir)
	if err != nil {
		return err
	}
	err = m.DB.Change(ctx, by, func(tx *store.Tx) error {
		return tx.Note("export", "", map[string]string{"kind": kind, "format": format})
	})
	if err != nil {
		return err
	}
	switch kind {
	case Customers:
		err = export(ctx, m, customers, func(c crm.Customer) string { return c.ID }, func(_ crm.Tx, c crm.Customer) error {
			if c.MergedInto != "" {
				return nil
			}
			return out.write(c, m.customerCells(c))
		})
	case Vehicles:
		err = export(ctx, m, vehicles, func(v crm.Vehicle) string { return v.ID }, func(tx crm.Tx, v crm.Vehicle) error {
			cells := m.vehicleCells(v)
			if err := owner(tx, v.Owner, cells); err != nil {
				return err
			}
			return out.write(v, cells)
		})
	default:
		err = export(ctx, m, visits, func(v crm.Visit) string { return v.ID }, func(tx crm.Tx, v crm.Visit) error {
			cells, err := m.visitCells(tx, v)
			if err != nil {
				return err
			}
			return out.write(v, cells)
		})
	}
	if err != nil {
		return fmt.Errorf("export %s: %w", kind, err)
	}
	return out.close()
}

func customers(tx crm.Tx) books.Rows[crm.Customer] { return tx.Customers }
func vehicles(tx crm.Tx) books.Rows[crm.Vehicle]   { return tx.Vehicles }
func visits(tx crm.Tx) books.Rows[crm.Visit]       { return tx.Visits }

// export goes through a table page by page. Records are gathered in a transaction and written behind it: a client may be
// slow.
func export[T any](ctx context.Context, m *Manager, table func(crm.Tx) books.Rows[T], id func(T) string, write func(crm.Tx, T) error) error {
	books := store.Books{DB: m.DB}
	for after := ""; ; {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		var page []T
		err := books.View(func(tx crm.Tx) error {
			for v, err := range table(tx).Walk(after, false) {
				if err != nil {
					return err
				}
				if id(v) == after {
					continue
				}
				if page = append(page, v); len(page) == exportPage {
					return nil
				}
			}
			return nil
		})
		if err != nil || len(page) == 0 {
			return err
		}
		for _, v := range page {
			if err := write(lookups(books), v); err != nil {
				return err
			}
		}
		after = id(page[len(page)-1])
	}
}

// lookups reads single records, each in a transaction of its own.
func lookups(books store.Books) crm.Tx {
	return crm.Tx{
		Customers: single[crm.Customer]{books: books, rows: customers}, Vehicles: single[crm.Vehicle]{books: books, rows: vehicles},
	}
}

// single are rows that are read one by one.
type single[T any] struct {
	books.Rows[T]
	books store.Books
	rows  func(crm.Tx) books.Rows[T]
}

// Get reads one.
func (s single[T]) Get(id string) (v T, ok bool, err error) {
	err = s.books.View(func(tx crm.Tx) (err error) {
		v, ok, err = s.rows(tx).Get(id)
		return err
	})
	return v, ok, err
}

// owner puts an owner's name and numbers into the cells of a vehicle or visit.
func owner(tx crm.Tx, id string, cells map[string]string) error {
	if id == "" {
		return nil
	}
	c, ok, err := tx.Customers.Get(id)
	for err == nil && ok && c.MergedInto != "" && c.MergedInto != id {
		c, ok, err = tx.Customers.Get(c.MergedInto)
	}
	if err != nil || !ok {
		return err
	}
	cells["name"], cells["phone"] = c.Name, numbersOf(c)
	return nil
}

func numbersOf(c crm.Customer) string {
	list := make([]string, len(c.Phones))
	for i, p := range c.Phones {
		list[i] = p.Number
	}
	return strings.Join(list, ";")
}

func yesNo(b bool) string {
	if b {
		return "是"
	}
	return ""
}

func number[N int | int64](n N) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(int64(n), 10)
}

// back is the word that an import reads as v.
func back(words map[string]string, v string) string {
	best := ""
	for word, means := range words {
		if means == v && (best == "" || word > best) { // Chinese words sort behind English ones
			best = word
		}
	}
	return best
}

func (m *Manager) customerCells(c crm.Customer) map[string]string {
	return map[string]string{
		"name": c.Name, "phone": numbersOf(c), "kind": back(kinds, c.Kind), "contact": c.Contact, "gender": back(genders, c.Gender),
		"birthday": string(c.Birthday), "wechat": c.WeChat, "email": c.Email, "address": c.Address, "vip": yesNo(c.VIP), "tier": c.Tier,
		"tags": strings.Join(c.Tags, ";"), "language": back(languages, c.Language), "do_not_call": yesNo(c.Consent.DoNotCall),
		"customer_advisor": c.Advisor, "notes": c.Notes,
	}
}

func (m *Manager) vehicleCells(v crm.Vehicle) map[string]string {
	cells := map[string]string{
		"plate": v.Plate, "vin": v.VIN, "brand": v.Brand, "model": v.Model, "model_year": number(v.ModelYear), "color": v.Color,
		"engine_number": v.EngineNumber, "sold_on": string(v.SoldOn), "last_service": string(v.LastService),
		"insured_until": string(v.InsuredUntil), "insurer": v.Insurer, "inspection_due": string(v.InspectedBy), "vehicle_notes": v.Notes,
	}
	for _, r := range v.Readings {
		if !r.Doubtful {
			cells["mileage"], cells["mileage_on"] = number(r.Km), r.At.In(m.Zone()).Format(time.DateTime)
		}
	}
	return cells
}

func (m *Manager) visitCells(tx crm.Tx, v crm.Visit) (map[string]string, error) {
	cells := map[string]string{
		"order": v.Order, "at": v.At.In(m.Zone()).Format(time.DateTime), "km": number(v.Km), "visit_kind": back(visitKinds, v.Kind), "work": v.Work,
		"visit_advisor": v.Advisor,
	}
	if v.Amount != 0 {
		cells["amount"] = strconv.FormatFloat(float64(v.Amount)/100, 'f', 2, 64)
	}
	if v.Vehicle != "" {
		car, _, err := tx.Vehicles.Get(v.Vehicle)
		if err != nil {
			return nil, err
		}
		cells["plate"], cells["vin"] = car.Plate, car.VIN
	}
	return cells, owner(tx, v.Customer, cells)
}

// output is where an export goes.
type output struct {
	table  sheet.Writer
	fields []Field
	row    []string
	json   *bufio.Writer
	n      int
}

func newOutput(format, kind string, w io.Writer, tempDir string) (*output, error) {
	if format == "json" {
		return &output{json: bufio.NewWriterSize(w, 64<<10)}, nil
	}
	fields := exported(kind)
	table, err := sheet.NewWriter(format, w, tempDir)
	if err != nil {
		return nil, err
	}
	o := &output{table: table, fields: fields}
	head := make([]string, len(fields))
	for i, f := range fields {
		head[i] = f.Heading
	}
	return o, table.Write(head)
}

// exported are the columns of a table.
func exported(kind string) []Field {
	whose := customerFields[:2] // name and number
	switch kind {
	case Customers:
		return customerFields
	case Vehicles:
		return append(append([]Field{}, vehicleFields...), whose...)
	default:
		return append(append(append([]Field{}, visitFields...), vehicleFields[:2]...), whose...)
	}
}

func (o *output) write(record any, cells map[string]string) error {
	if o.json != nil {
		return o.writeJSON(record)
	}
	o.row = o.row[:0]
	for _, f := range o.fields {
		o.row = append(o.row, cells[f.Name])
	}
	return o.table.Write(o.row)
}

func (o *output) writeJSON(record any) error {
	begin := ",\n"
	if o.n++; o.n == 1 {
		begin = "[\n"
	}
	data, err := json.Marshal(record)
	if err != nil {
		return err
	}
	if _, err := o.json.WriteString(begin); err != nil {
		return err
	}
	_, err = o.json.Write(data)
	return err
}

func (o *output) close() error {
	if o.json == nil {
		return o.table.Close()
	}
	end := "\n]\n"
	if o.n == 0 {
		end = "[]\n"
	}
	if _, err := o.json.WriteString(end); err != nil {
		return err
	}
	return o.json.Flush()
}

// Formats are the kinds of files that an export makes, with their media types.
func Formats() map[string]string {
	return map[string]string{
		"csv": "text/csv; charset=utf-8", "json": "application/json",
		"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	}
}
