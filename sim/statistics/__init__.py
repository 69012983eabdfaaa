"""Statistics of many runs: pure functions of numbers, for everybody above.

In reading order:

`intervals`: an estimate with its interval, of shares, means and resamples
`differences`: how two sets of runs differ, in pairs or not
`student`: Student's t distribution
`stopping`: when there are enough runs
`survival`: how long towns hold, by Kaplan and Meier
`scores`: Brier, logarithmic and CRPS scores, area under the ROC curve, resampled groups
`approximate_bayes`: approximate Bayesian computation by population Monte Carlo
`streams`: named streams of random numbers
"""
