//! Through the driver.
