const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** A moment in local time as people read it, `25 Nov 22:10`, with the year where it isn't the present one. */
export function momentText(moment: Date, now = new Date()): string {
  const two = (value: number) => `${value}`.padStart(2, "0");
  const year = moment.getFullYear() === now.getFullYear() ? "" : ` ${moment.getFullYear()}`;
  const time = `${two(moment.getHours())}:${two(moment.getMinutes())}`;
  return `${moment.getDate()} ${months[moment.getMonth()]}${year} ${time}`;
}
