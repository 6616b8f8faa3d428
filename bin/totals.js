/**
 * What a run of vitest comes to.
 * @param report its JSON report; undefined where it wrote none
 * @param status its exit status
 */
export function totals(report, status) {
  if (report === undefined) return { passed: 0, failed: 1, skipped: 0 };
  const { numPassedTests, numFailedTests, numFailedTestSuites, numPendingTests, numTodoTests } = report;
  // a file that does not even load has no failed test
  const failed = numFailedTests > 0 ? numFailedTests : status === 0 ? 0 : Math.max(1, numFailedTestSuites);
  return { passed: numPassedTests, failed, skipped: numPendingTests + numTodoTests };
}
