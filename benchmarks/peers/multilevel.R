# One fit by lme4: Rscript multilevel.R DATA N_PUPILS slope|intercept reml|ml. The data are loaded before the clock starts.
a <- commandArgs(TRUE)
suppressMessages(library(lme4))
n <- as.integer(a[2])
memory <- function(what) as.numeric(gsub("[^0-9]", "", grep(what, readLines("/proc/self/status"), value = TRUE))) / 1024
file <- file(a[1], "rb")
y <- readBin(file, "double", n)
x <- readBin(file, "double", n)
school <- readBin(file, "integer", n, size = 4)
close(file)
d <- data.frame(y = y, x = x, school = factor(school))
formula <- if (a[3] == "slope") y ~ x + (x | school) else y ~ x + (1 | school)
loaded <- memory("VmRSS")
t <- system.time(m <- lmer(formula, d, REML = a[4] == "reml"))
list_of <- function(v) paste0("[", paste(format(unname(v), digits = 12), collapse = ", "), "]")
cat(sprintf(
  '{"cpu": %.5f, "wall": %.5f, "loaded_mib": %.1f, "peak_mib": %.1f, "log_likelihood": %.6f, "fixed": %s, "theta": %s, "sigma": [%.12g], "version": "%s"}\n',
  t[[1]] + t[[2]], t[[3]], loaded, memory("VmHWM"), as.numeric(logLik(m)), list_of(fixef(m)), list_of(getME(m, "theta")), sigma(m),
  as.character(packageVersion("lme4"))
))
