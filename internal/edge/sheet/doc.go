// Package sheet reads and writes tables as people exchange them: CSV in UTF-8 or GBK with commas, semicolons or tabs, and
// XLSX. Both are streams of rows; neither a file nor an answer is ever held in memory as a whole.
//
// What is read comes from strangers: files, rows, columns and cells are bounded ([Limits]), and so is what an XLSX, which
// is a ZIP archive, may unpack to. Whatever is beyond is a clear error and no surprise.
package sheet
