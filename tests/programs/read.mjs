// Reads workbooks with one library and prints every cell that is not blank: node read.mjs LIBRARY FILE…
// The answer is [{sheet: [[row, column, value], …]}, …], a file each; a day is {day: "2011-03-31"}.
import ExcelJS from "exceljs"
import readExcelFile from "read-excel-file/node"

const day = (value) => (value instanceof Date ? { day: value.toISOString().slice(0, 10) } : value)

function plain(value) {
  if (value === null || typeof value !== "object" || value instanceof Date) return day(value)
  if (value.richText) return value.richText.map((each) => each.text).join("")
  if ("result" in value) return day(value.result)
  return "formula" in value || "sharedFormula" in value ? 0 : value.text
}

const libraries = {
  async exceljs(file) {
    const book = new ExcelJS.Workbook()
    await book.xlsx.readFile(file)
    const told = {}
    for (const sheet of book.worksheets) {
      const cells = (told[sheet.name] = [])
      sheet.eachRow((row, number) =>
        row.eachCell((cell, column) => cell.master === cell && cells.push([number, column, plain(cell.value)])),
      )
    }
    return told
  },
  async "read-excel-file"(file) {
    const told = {}
    for (const { sheet, data } of await readExcelFile(file, { trim: false })) {
      told[sheet] = data.flatMap((row, at) => row.map((value, column) => [at + 1, column + 1, day(value)]))
    }
    return told
  },
}

const [library, ...files] = process.argv.slice(2)
const told = []
for (const file of files) {
  const sheets = await libraries[library](file)
  for (const name in sheets) sheets[name] = sheets[name].filter((each) => each[2] !== null && each[2] !== undefined && each[2] !== "")
  told.push(sheets)
}
process.stdout.write(JSON.stringify(told))
