/** A dotenv file or a certificate with its chain fits many times; UTF-16 units. */
export const longestLine = 200_000;
