// Package workday knows when the dealership is open, and reckons deadlines in the time it is.
//
// A [Calendar] is what people type: several periods a day, days that are closed, and days that are worked like
// another weekday. A calendar may follow the public holidays of China with the weekends worked to make up for them
// (调休): a [Year] each, of which some are in the program and any may be given by the settings, which then counts
// instead. They are arranged anew for each year by the General Office of the State Council, usually in November, so
// that nobody can reckon them beforehand; [Missing] says when it is time to ask for the next year's.
//
//	notice of the General Office                                  data
//	国务院办公厅关于2024年部分节假日安排的通知 国办发明电〔2023〕7号   years/2024.json
//	国务院办公厅关于2025年部分节假日安排的通知 国办发明电〔2024〕12号  years/2025.json
//	国务院办公厅关于2026年部分节假日安排的通知 国办发明电〔2025〕7号   years/2026.json
//
// A day is decided by the first of these that names it:
//
//	the calendar's swap days → its holidays → the public holidays and their swap days → the weekday
//
// A [Clock] is a calendar made ready to reckon with. An instant is open when the wall clock in the dealership's zone
// is within a period of its day, and working time is the length of the open instants. So a period that holds the hour
// missing in spring is an hour shorter, and one that holds the hour repeated in autumn an hour longer.
package workday
