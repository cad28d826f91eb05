package sheet

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"

	"github.com/dealerline/dealerline/internal/base/fault"
)

const (
	// unzippedInMemory is how large a part of an XLSX may be before it is unpacked to a file.
	unzippedInMemory = 8 << 20
	// maxParts bounds the files inside an XLSX: a workbook has a few dozen.
	maxParts = 2000
)

// openXLSX reads the first sheet of a workbook.
func (r *Reader) openXLSX(file io.ReaderAt, size int64) (err error) {
	if err := r.checkArchive(file, size); err != nil {
		return err
	}
	var book *excelize.File
	err = shielded(func() (err error) {
		book, err = excelize.OpenReader(io.NewSectionReader(file, 0, size), excelize.Options{
			RawCellValue: true, UnzipSizeLimit: r.limits.Unzipped, UnzipXMLSizeLimit: min(unzippedInMemory, r.limits.Unzipped), TmpDir: r.limits.TempDir,
		})
		return err
	})
	if err != nil {
		return fault.New(fault.Invalid, "sheet.bad_xlsx", "open workbook: %w", err)
	}
	var rows *excelize.Rows
	err = shielded(func() (err error) {
		sheets := book.GetSheetList()
		if len(sheets) == 0 {
			return io.ErrUnexpectedEOF
		}
		rows, err = book.Rows(sheets[0])
		return err
	})
	if err != nil {
		_ = shielded(book.Close) // the error before says more
		return fault.New(fault.Invalid, "sheet.bad_xlsx", "open workbook: %w", err)
	}
	line := 0
	r.Format = "xlsx"
	r.next = func() (row Row, err error) {
		err = shielded(func() error {
			if !rows.Next() {
				if rows.Error() != nil {
					return rows.Error()
				}
				return io.EOF
			}
			if line++; line > excelize.TotalRows { // a row may call itself the trillionth, and all before it are empty
				return fault.New(fault.Invalid, "sheet.too_many_rows", "read workbook: more than %d rows", excelize.TotalRows)
			}
			cells, err := rows.Columns(excelize.Options{RawCellValue: true})
			for i, c := range cells {
				cells[i] = plainNumber(c)
			}
			row = Row{line, cells}
			return err
		})
		return row, err
	}
	r.close = func() error {
		if err := errors.Join(shielded(rows.Close), shielded(book.Close)); err != nil {
			return fmt.Errorf("close workbook: %w", err)
		}
		return nil
	}
	return nil
}

// checkArchive refuses what unpacks to too much, and what is damaged, which the library would read as far as it goes. The
// sizes are what the archive says; unpacking ends with an error where more comes.
func (r *Reader) checkArchive(file io.ReaderAt, size int64) error {
	z, err := zip.NewReader(file, size)
	if err != nil {
		return fault.New(fault.Invalid, "sheet.bad_xlsx", "open workbook: %w", err)
	}
	if len(z.File) > maxParts {
		return fault.New(fault.Invalid, "sheet.bad_xlsx", "open workbook: %d parts, at most %d", len(z.File), maxParts)
	}
	var sum uint64
	for _, f := range z.File {
		if sum += f.UncompressedSize64; sum > uint64(r.limits.Unzipped) || f.UncompressedSize64 > uint64(r.limits.Unzipped) { //nolint:gosec // limits are positive
			return fault.New(fault.Invalid, "sheet.zip_bomb", "open workbook: it unpacks to more than %d octets", r.limits.Unzipped)
		}
	}
	for _, f := range z.File {
		if err := checkPart(f); err != nil {
			return fault.New(fault.Invalid, "sheet.bad_xlsx", "open workbook: part %s: %w", f.Name, err)
		}
	}
	return nil
}

// checkPart unpacks a part to nowhere, which compares its length and checksum.
func checkPart(f *zip.File) error {
	part, err := f.Open()
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, part) //nolint:gosec // the size was looked at before
	return errors.Join(err, part.Close())
}

// shielded makes an error of a panic in the library, which was written for files that are what they should be.
func shielded(fn func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fault.New(fault.Invalid, "sheet.bad_xlsx", "read workbook: %v", p)
		}
	}()
	return fn()
}
